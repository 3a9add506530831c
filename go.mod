module github.com/tandem-go/tandem

go 1.25
