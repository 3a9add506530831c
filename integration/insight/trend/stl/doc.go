// Package stl decomposes a series into trend, season and remainder by local
// regression (Cleveland, Cleveland, McRae and Terpenning, STL, Journal of Official
// Statistics 6, 1990), robust against outliers where it is asked to be, and says how
// strong trend and season are (Wang, Smith and Hyndman, 2006).
//
// [Decompose] takes any series: without two full cycles there is a trend and no season.
// Missing and closed values have no weight; what the curves say stands in for them.
// Long windows are evaluated at every tenth of their width with lines between, as the
// authors do, so that time grows with the length of the series and not with the window.
//
// Sub-package season of package forecast has the classical decomposition by moving
// averages, which the Theta method needs, and the test for a season.
package stl
