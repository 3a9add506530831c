package slab_test

import (
	"fmt"

	"github.com/tandem-go/tandem/internal/slab"
)

func Example() {
	var s slab.Slab
	ref := s.Append([]byte("the first fact"))
	s.Append([]byte("the second"))
	fmt.Printf("%s\n", s.Get(ref))
	for _, b := range s.All() {
		fmt.Println(len(b))
	}
	// Output:
	// the first fact
	// 14
	// 10
}
