// Package scenario (场景文件) runs tests that are written as readable files: layers
// and sites drawn and given as WKT, and the answer that is expected. A file is run
// against a real PostGIS database of its own, its layers through the real intake
// and the real publication.
//
// # The format
//
// A statement begins at the left margin; the lines of its body are indented. From
// a # to the end of a line is remark, which is where the drawing goes.
//
//	#  2 ┌───────┬───────┐
//	#    │ 001 ┌─┼─┐ 002 │
//	#  1 │     │R1 │     │
//	#  0 └─────┴─┴─┴─────┘
//	#    0       1       2
//	grid 400000 3440000 1000
//
//	layer township@2023
//	    500237001           BOX(0 0, 1 2)
//	    500237002           BOX(1 0, 2 2)
//
//	layer red-line@2022 in 4490
//	    R1 水源涵养         POLYGON((0.75 0,1.25 0,1.25 1.5,0.75 1.5,0.75 0))
//
//	check 跨两镇
//	    site                BOX(0.5 0.5, 1.5 1)
//	    red-line            concerned BOX(0.75 0.5, 1.25 1)
//
// grid EAST NORTH UNIT says where the drawing lies: coordinates that follow are
// multiples of UNIT metres from there, in the county's plane, EPSG:4546. Without it
// they are the plane's own.
//
// layer REF [in SRID] puts a version in force. A line of its body is a feature:
// code (- for none), class where it has one, shape. With "in" the shapes are delivered in that
// reference system (PostGIS takes them there), else in the plane.
//
// A shape is WKT, or BOX(x y, x y) for a rectangle. An area is square metres, or a
// shape, or a sum of such with + and -; shapes are measured by the survey's rule
// written out in Go (package surveyrule), so that what a file expects is never
// computed by what it tests.
//
// Every other statement belongs to the package under test, which says what it means
// by the verbs it hands to Run.
package scenario
