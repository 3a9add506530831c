// Command pricing makes a price book of a manufacturer of bicycles (AdventureWorks) and
// explains what a line costs, to the cent, as text and as pictures.
//
//	go run ./examples/pricing
//	go run ./examples/pricing -product 707 -quantity 20 -date 2024-06-10 -segment reseller -svg line.svg
//	go run ./examples/pricing -html prices.html
package main

import (
	"os"

	"github.com/tandem-go/tandem/examples/pricing/command"
)

func main() { os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr)) }
