// Package account says who is asking and what they may do.
//
// A Person (人员) has one of five roles, which say what may be done, and a sight
// (geodata.Sight), which says of which counties, layers and townships. Whoever
// answers a request puts the person into its context with With; what is done under
// that context sees what the person may see, whether it knows of accounts or not.
//
// A Book (账号簿) keeps the accounts in the database: passwords as argon2id, sessions and
// tokens as hashes of what browsers and programs hold, and how often somebody guessed.
//
// It knows neither HTTP nor what the rights protect.
package account
