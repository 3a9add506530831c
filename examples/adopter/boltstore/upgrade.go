package boltstore

import (
	"crypto/sha256"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/tandem-go/tandem/integration/store"
)

const (
	about    = "about"
	declared = "indexes"
)

// prepare makes the buckets of a new file. Where the library declares other indexes
// than those that the file was written with, all are built anew.
func prepare(tx *bbolt.Tx) error {
	all, err := tx.CreateBucketIfNotExists([]byte(tenants))
	if err != nil {
		return err
	}
	mark, err := tx.CreateBucketIfNotExists([]byte(about))
	if err != nil {
		return err
	}
	kinds, err := store.Kinds()
	if err != nil {
		return err
	}
	sum := sha256.New()
	for _, kind := range kinds {
		_, _ = fmt.Fprintf(sum, "%s %v %v\n", kind.Name, kind.Columns, kind.Indexes)
	}
	now := sum.Sum(nil)
	if string(mark.Get([]byte(declared))) == string(now) {
		return nil
	}
	err = all.ForEachBucket(func(tenant []byte) error {
		for _, kind := range kinds {
			if err := rebuild(all.Bucket(tenant), kind); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return mark.Put([]byte(declared), now)
}

// rebuild makes the indexes of a kind from its rows.
func rebuild(root *bbolt.Bucket, kind *store.Kind) error {
	for i := range kind.Indexes {
		name := []byte(indexBucket(kind, i))
		if root.Bucket(name) == nil {
			continue
		}
		if err := root.DeleteBucket(name); err != nil {
			return err
		}
	}
	w := writer{root: root}
	return each(root.Bucket([]byte(rowBucket(kind))), func(key, row []byte) error {
		record, err := decode(kind, key, row)
		if err != nil {
			return err
		}
		return w.enter(kind, record, number(row))
	})
}

// each visits all rows of a bucket, which may be missing.
func each(b *bbolt.Bucket, visit func(k, v []byte) error) error {
	if b == nil {
		return nil
	}
	return b.ForEach(visit)
}
