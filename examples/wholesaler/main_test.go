package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/command"
)

func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Equal(t, command.ExitOK, program().Run(context.Background(), []string{"-help"}, &stdout, &stderr))
	assert.True(t, strings.HasPrefix(stderr.String(), "Wholesaler replays a year"), stderr.String())
	for _, flag := range []string{"-customers ids\n", "-data file\n", "-json\n", "-insight\n", "-replenish how\n", "-fill share\n", "-price which\n", "-report file\n", "-seed text\n"} {
		assert.Contains(t, stderr.String(), flag)
	}
	assert.Empty(t, stdout.String())
}
