module github.com/tandem-go/tandem/examples/database

go 1.25

require (
	github.com/stretchr/testify v1.12.1
	github.com/tandem-go/tandem v0.0.0
	github.com/tandem-go/tandem/examples v0.0.0
)

require (
	github.com/google/uuid v1.6.0 // indirect
	github.com/shopspring/decimal v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace (
	github.com/tandem-go/tandem => ../../
	github.com/tandem-go/tandem/examples => ../
)
