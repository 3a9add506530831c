// Package book makes the shop's monthly price books from what its customers paid: list prices, one quantity break a
// product, contract customers. The books are plain facts; [Keeper] also knows what a customer paid last, which is the
// price of a contract customer, and [Explain] splits a paid price into the steps that lead to it.
package book
