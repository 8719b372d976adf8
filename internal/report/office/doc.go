// Package office writes kept checks as documents that people go on editing: Word
// (DOCX) and workbooks (XLSX). Both are drawn from the same tables, so that a
// quantity prints the same figure in both, and from the kept answer alone, so that
// equal answers give equal bytes.
//
// Areas print as m² with two decimals, 公顷 with four and 亩 with two, rounded
// half-up on exact decimals. Where a table's printed cells would not add up to its
// printed total, the total stands and single last digits of cells are adjusted
// (末位平差); such cells are marked with *.
package office
