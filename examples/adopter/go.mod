module github.com/tandem-go/tandem/examples/adopter

go 1.25.0

require (
	github.com/stretchr/testify v1.12.1
	github.com/tandem-go/tandem v0.0.0
	go.etcd.io/bbolt v1.5.0
)

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/shopspring/decimal v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.45.0 // indirect
)

replace github.com/tandem-go/tandem => ../../
