// Package intake (入库) turns a delivery into a draft version: it stages the
// records as they came, judges them, repairs what may be repaired without
// asking, derives longitude/latitude and the measuring plane, and reports what
// it did, record by record. All of it happens in one transaction: a draft is
// there whole or not at all.
//
// What a repair may do. A ring that touches itself is split without changing
// any area. A repair that changes the area by more than the tolerance is
// refused: a bow-tie can be read in two ways, and only its author knows which.
package intake
