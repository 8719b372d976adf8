// Package rule (管控规则) turns what a check found into what follows from it. Rules
// are data of the county profile, never code. The software decides whether a layer
// is concerned and by how much; which case and which activity category apply is a
// person's choice, asked for and printed. A rule that cannot be evaluated gives
// review, never clear.
package rule
