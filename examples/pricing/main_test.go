package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/examples/pricing/command"
)

// The program tells its story; the command's own tests say what.
func TestProgram(t *testing.T) {
	var out, faults strings.Builder
	assert.Zero(t, command.Run(nil, &out, &faults))
	assert.Contains(t, out.String(), "to pay, before tax: 15940.09 USD")
	assert.Empty(t, faults.String())
}
