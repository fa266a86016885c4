"""Speed against plain Mesa and SimPy on the same work, as ratios that hold on any machine."""
