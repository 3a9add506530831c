// Package data embeds a year of weekly sales of sixteen products (Online Retail, CC BY 4.0; README.md beside it
// carries the attribution).
package data

import (
	_ "embed" // the table
	"io"
	"strings"
)

// Name is the name of the embedded file, for messages.
const Name = "weekly.csv"

//go:embed weekly.csv
var weekly string

// Weekly gives a reader of the embedded file.
func Weekly() io.Reader { return strings.NewReader(weekly) }
