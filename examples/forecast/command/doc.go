// Package command is the program of the forecast example: its flags, its progress and what it writes.
package command
