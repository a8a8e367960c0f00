"""Where the report finds `primum.visible`, which the review room needs too."""

from primum.visible import LIMIT as LIMIT
from primum.visible import cell as cell
from primum.visible import html as html
from primum.visible import one_line as one_line
from primum.visible import quoted as quoted
from primum.visible import visible as visible
