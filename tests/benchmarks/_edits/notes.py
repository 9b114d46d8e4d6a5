"""The notes that the cases are about, in Lierne's syntax."""

from __future__ import annotations

NOTE = """\
# A

The first function.

```python file=src/a.py
def first():
    return 1
```

The second one, in two pieces.

```python file=src/a.py
def second():
    <<body>>
```

Here is what it does:

```python #body
total = 2
return total
```

Nothing follows.
"""
TWICE = """\
```python file=src/a.py
def first():
    <<body>>


def second():
    <<body>>
```

```python #body
return 1
```
"""
TWO_FILES = """\
```python file=src/a.py
def first():
    <<body>>
```

```python file=src/b.py
def second():
    <<body>>
```

```python #body
return 1
```
"""
MARKER = """\
```python file=src/a.py
first = 1
# ~/~ end of the first part
second = 2
third = 3
```
"""
LISTED = """\
1. A step:

   ```python file=src/a.py
   def first():
       total = 2

       return total
   ```

2. Another.
"""
PLAIN = """\
```python file=src/a.py
import os
def first( x ): return os.fspath( {'a':x}['a'] )
```

And then:

```python file=src/a.py
def second(x):
    <<body>>
print( first('a'), second(2) )
```

where the sum is

```python #body
total = [x,
  x]
return  sum( total )
```
"""
PIECES = """\
```python file=src/a.py
import os
class Shape :
    def area( self ): return self.a*self.b
```

Another method:

```python file=src/a.py
    def name(self):
        return  os.fspath( {'a':1}['a'] )
def free(): pass
```

And what is used above:

```python file=src/a.py
if True:
    <<body>>
```

```python #body
x = [1,2,
  3]
def inner(): return x
print( x )
```
"""
