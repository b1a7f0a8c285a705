"""The authoring side: reads, checks and explains the hand-edited files of the dossier."""
