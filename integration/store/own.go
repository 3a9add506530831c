package store

// Readable is what a repository of the host's own asks before it reads, and behind
// each row that it yields: nil while the closure of the bundle runs, then [ErrClosed].
func (b *Bundle) Readable() error {
	_, err := b.open()
	return err
}

// Writable is what a repository of the host's own asks before it writes: nil inside an
// Update, [ErrReadOnly] inside a View, and [ErrClosed] after either.
func (b *Bundle) Writable() error {
	_, err := b.writable()
	return err
}
