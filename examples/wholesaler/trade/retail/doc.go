// Package retail reads a file of the Online Retail form and says what each of its rows is to the books: the class of
// the row, the document that it belongs to, whose account it is, how it is taxed, and which earlier sale a
// cancellation gives back.
//
// It reads the file as it is: codes are folded to capitals, and nothing else is repaired. Equal rows are equal
// sales, never duplicates. What cannot be understood is a [FormatError] that names the file, the line and the column.
package retail
