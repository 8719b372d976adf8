// Package docx writes editable Word documents (ECMA-376 WordprocessingML) of the
// kind Chinese offices use: A4 with the margins of GB/T 9704, 黑体 headings, 仿宋
// text, 宋体 tables with a repeated header row, a page number in the footer.
//
// Equal documents give equal bytes: entries stand in a fixed order with a fixed
// time. Fonts are named, not embedded; the reader's system supplies them.
package docx
