package sqlstore

import (
	"context"

	"github.com/tandem-go/tandem/integration/store"
)

func (t *tx) hostOpening() []statement { return nil }

func (t *tx) restoreHost() {}

func (t *tx) flushHost(ctx context.Context, batch *store.Batch) error { return nil }
