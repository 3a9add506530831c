// Package command is what the programs that tell the wholesaler's story have in common: their flags, the file of trade,
// the bar on the terminal, the text, the JSON object and the page. What makes them differ is the store of the books.
//
// The story is told twice, and must have the same figures: first on the store of the program, where it may go on from
// what an earlier process has told, then in memory, from its beginning and undisturbed.
package command
