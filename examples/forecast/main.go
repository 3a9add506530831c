// Command forecast predicts the series of a CSV file: points, intervals, the model, why it was taken and how it fared in
// a back-test, as text, as CSV and as a page of small plots.
//
//	go run ./examples/forecast
//	go run ./examples/forecast sales.csv -out forecasts.csv -tests tests.csv -report page.html
//	zcat sales.csv.gz | go run ./examples/forecast -in - -bucket month -horizon 6 -nonnegative -report page.html
//
// It exits with 1 if something cannot be written, and with 2 if the flags or parts of the file cannot be read: the series
// without faults are forecast all the same.
package main

import (
	"os"

	"github.com/tandem-go/tandem/examples/forecast/command"
)

func main() { os.Exit(command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
