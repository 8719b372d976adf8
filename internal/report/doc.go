// Package report writes results down: as the JSON that the API answers and that
// is kept, and as text tables for a terminal. It knows the results; they do not
// know it.
//
// Areas are square metres rounded half-up (四舍五入) to 0.0001 in JSON; every
// figure in a table derives from that rounded decimal, so that one quantity
// prints one figure. JSON is byte-stable: equal results give equal bytes, members
// stand in the order of the OpenAPI document, maps are sorted by key, and no
// character is escaped for HTML.
package report
