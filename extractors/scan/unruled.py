def find(layer, rules): return None
