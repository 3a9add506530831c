package tax_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
)

func TestZonesAndPointBasesAreStrict(t *testing.T) {
	for _, z := range tax.Zones() {
		var got tax.Zone
		require.NoError(t, json.Unmarshal([]byte(`"`+string(z)+`"`), &got))
		require.Equal(t, z, got)
	}
	for _, b := range tax.PointBases() {
		var got tax.PointBasis
		require.NoError(t, json.Unmarshal([]byte(`"`+string(b)+`"`), &got))
		require.Equal(t, b, got)
	}
	require.ErrorIs(t, new(tax.Zone).UnmarshalText([]byte("moon")), tandem.ErrInvalid)
	require.ErrorIs(t, new(tax.PointBasis).UnmarshalText([]byte("")), tandem.ErrInvalid)
}
