"""Abbreviations, by whether the stop after them can end a sentence. In small letters, without that stop."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name or a number follows: the sentence always goes on.
NEVER_LAST: dict[str, frozenset[str]] = {
    "*": _words("""
        dr mr mrs ms mx prof rev hon gen gov sen rep capt cpt cmdr lt col sgt cpl maj adm pres supt fr msgr
        messrs mme mlle e.g i.e cf viz approx ca
        """),
    "de": _words("hr fr hrn bzw ca d.h z.b u.a ggf inkl evtl vgl sog z b d h"),
    "es": _words("sr sra srta d dña ud uds dra ee av avda p.ej"),
    "fr": _words("m mm mme mmes mlle me p.ex av bd"),
    "it": _words("sig sigg sig.ra dott dott.ssa ing avv p.es"),
    "pt": _words("sr sra dr dra d exmo exma p.ex av"),
    "nl": _words("dhr mevr mw bijv d.w.z o.a ing ir"),
}

# The sentence goes on where a number follows: No. 5, Fig. 3. But "No. Never."
NUMBERED = _words("no nos nr fig figs vol vols ch chap sec sect p pp art arts eq eqs ex op par pt tab v bd s")

# It ends only if the next word is one that often begins a sentence.
SOMETIMES_LAST = _words("""
    etc inc ltd co corp bros llc plc jr sr esq vs dept univ assn govt est al ed eds ave blvd rd ln hwy pkwy
    apt bldg a.m p.m u.s u.k u.n e.u u.s.a d.c b.c a.d b.c.e c.e ph.d m.d b.a m.a b.s m.s r.n jan feb apr
    jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri st ste mt ft lb lbs oz hr hrs min
    mins sec secs tel ext usw bspw abs str jh q.e.d
    """)

STARTERS = _words("""
    The He She It They We I You This That These Those There Here But And So Then When Where While Why What
    Who How If In On At As For From After Before Since Until Although Though Because However Meanwhile Now
    Today Yesterday Tomorrow A An My Your His Her Its Our Their One Some Many Most Few All Both Each Every
    No Not Yes Nobody Everyone Everybody Let Do Does Did Is Are Was Were Will Would Can Could Should May
    Might Must Have Has Had To With Without By Only Even Still Also Just Once Later Soon Suddenly Finally
    Next First Second Third Again Perhaps Maybe Nor Or Yet Please Der Die Das Ein Eine Er Sie Es Wir Ich Und
    Aber Wenn Als El La Los Las Un Una Y Pero Si Cuando Le Les Une Il Elle Ils Nous Vous Je Et Mais Quand
    """)
