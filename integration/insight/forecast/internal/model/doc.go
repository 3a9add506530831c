// Package model fits the methods of package forecast to a prepared history. Each
// constructor gives a [Model], which answers for points, variances, possible paths and
// a description, or nil where it has no answer for the values; which one then stands in
// is for the caller to say. Sub-packages of forecast have the mathematics of the larger
// ones, adapted here.
package model
