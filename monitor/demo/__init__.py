"""The bundled story: a situation in rounds, told by invented outlets, played to the real daemon over loopback."""
