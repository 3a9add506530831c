package sqlstore

// Queued gives how many batches wait for the commit of their group to begin.
func (db *DB) Queued() int { return int(db.committer.ready.Load()) }
