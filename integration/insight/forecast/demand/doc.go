// Package demand gathers what customers asked for into series to forecast.
//
// Demand is what was ordered less what was cancelled before dispatch, on the day it
// was asked for: deliveries say what stock allowed. [Gather] leaves out buckets that
// the records do not wholly cover, marks closed days, which are calendar and not
// demand of zero, and flags bulk lines, which are projects and not demand that
// comes again.
package demand
