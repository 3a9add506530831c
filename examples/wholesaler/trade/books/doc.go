// Package books keeps the wholesaler's books on the library: it takes the
// commands of the story and gives them to order-to-cash and to the warehouse, on
// a store in memory.
//
// What it adds to the processes is the host's own: price books that live with
// what customers last paid, a plain list of purchases as supply, and lines that
// are bought to order.
package books
