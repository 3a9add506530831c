module github.com/tandem-go/tandem/examples

go 1.25

require github.com/tandem-go/tandem v0.0.0

replace github.com/tandem-go/tandem => ../
