// Package data embeds the demo slice of the Online Retail data set (CC BY 4.0; README.md beside it carries the
// attribution).
package data

import (
	_ "embed" // the demo file
	"io"
	"strings"
)

// Name is the name of the embedded file, for messages.
const Name = "online-retail-demo.csv.gz"

//go:embed online-retail-demo.csv.gz
var demo string

// Demo gives a reader of the embedded file, packed as it is.
func Demo() io.Reader { return strings.NewReader(demo) }
