// Package command is the program of the pricing example: its flags, its story as text
// and JSON, and its page.
package command
