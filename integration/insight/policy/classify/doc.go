// Package classify sorts products by what they deserve: [ABC] by value, [XYZ] by how
// well their demand can be foreseen, [Grid] by the pattern of their demand.
//
// Users of these classes disagree on every border, so that each rule is an argument
// with a named default and comes back with the result.
package classify
