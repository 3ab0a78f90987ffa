"""Where Python starts as Copier, see that it finds the template: `cqrs-gen.pth` imports this.

An installation runs nothing, so without it `copier update` would find the versions of before.
"""

from __future__ import annotations

from cqrs_gen.bundles import offer_at_home

offer_at_home()
