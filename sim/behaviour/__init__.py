"""What customers perceive, feel and do, as pure functions on arrays: one idea a file.

Parameters and arrays go in as keywords, new arrays come out; nothing here knows a customer, a day or the scenario
document. Every function gives its equation, shapes, units and source; the document chooses the form and the numbers.
"""
