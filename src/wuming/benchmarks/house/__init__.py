"""What all benches share: values, processes, environments of peers, results, tables."""
