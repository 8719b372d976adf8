// Package rule turns the findings of a check into what follows from them
// (核查规则). Rules are data: a file of YAML with CEL expressions that a county's
// profile carries, each rule with its legal basis, its wording and the question a
// person must answer.
//
// The software computes 涉及/不涉及 and areas. Which case applies and which
// category an activity belongs to is a person's choice, asked for and printed,
// never inferred.
//
// Everything fails closed. A layer that was not checked, a rule that cannot be
// evaluated, a question that is open, a concerned layer or feature that no rule
// speaks of: each gives "review", never "clear". Whether an unchecked layer
// matters to a rule is decided by CEL's own three-valued logic: false && unknown
// is false.
//
// An access list (准入清单) is what several levels of government ask of a unit,
// stacked: every level and group in order, 待录入 where nothing is entered. It is
// printed beside the finding; whether a project meets it is a person's answer.
//
// CEL expressions see
//
//	site          area_m2, outside_county_m2, form
//	layers[key]   concerned, status, overlap_m2, sliver_only,
//	              features: list of code, name, class, overlap_m2
//	combinations  label → m²
//	choices       question key → value, "" while open
//	schematic     whether 示意数据 took part
//
// They have no functions with side effects, are compiled and type-checked when
// the file is read, and stop at a cost limit.
package rule
