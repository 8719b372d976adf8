// Package indicator (功能指标) keeps yearly indicator values, each with the document
// it comes from, and compares a year with a baseline: not lower, lower, or no data.
//
// Whether a function decreased cannot be computed from boundaries: values are entered
// or imported, and where there are none the answer is 未提供数据, never "not lower".
// What the indicators are, a county's list says; no formula is known here, and none
// is claimed.
package indicator
