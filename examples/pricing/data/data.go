// Package data holds the slices of AdventureWorks that the example prices. See its
// README for what was kept, and NOTICE for licence and origin.
package data

import "embed"

// Files has the tables by their file names.
//
//go:embed *.csv
var Files embed.FS

// Notice is the licence and the origin of the tables.
//
//go:embed NOTICE
var Notice string
