package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/examples/forecast/command"
)

// The program tells of the sales that are built in; the command's own tests say what.
func TestProgram(t *testing.T) {
	var out, faults strings.Builder
	assert.Zero(t, command.Run(nil, strings.NewReader(""), &out, &faults))
	assert.Contains(t, out.String(), "16 series in a wide table, one value a week")
	assert.Empty(t, faults.String())
}
