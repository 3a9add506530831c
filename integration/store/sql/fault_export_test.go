package sqlstore

// Queued gives how many batches wait for the commit of their group to begin.
func (db *DB) Queued() int { return len(db.committer.queue) }
