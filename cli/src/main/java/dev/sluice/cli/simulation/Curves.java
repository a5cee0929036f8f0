package dev.sluice.cli.simulation;

import dev.sluice.engine.measure.TimeSeries;
import dev.sluice.observe.report.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/** Series of one chart, brought to the same points in time and a unit that suits them. */
final class Curves {
  private static final double SECOND = 1e9;
  private static final int MOST_POINTS = 120;

  /** More cannot be told apart: the smallest are drawn as one. */
  private static final int MOST_CURVES = 12;

  /**
   * A unit.
   *
   * @param name its name
   * @param factor how many of it one of what is measured is
   */
  record Unit(String name, double factor) {}

  private record Curve(String name, List<TimeSeries> series) {
    long interval() {
      return series.stream().mapToLong(TimeSeries::interval).max().orElse(1);
    }

    long end() {
      return series.stream().mapToLong(one -> one.count() * one.interval()).max().orElse(0);
    }

    long total() {
      return series.stream().mapToLong(Curves::total).sum();
    }
  }

  private final long end;
  private final List<Curve> curves = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();

  /**
   * No series yet.
   *
   * @param end when the chart ends at the earliest, in nanoseconds
   */
  Curves(long end) {
    this.end = end;
  }

  /** Adds a series. A name that is there already gets a number. */
  void add(String name, TimeSeries series) {
    addSum(name, List.of(series));
  }

  /** Adds the sum of some series. */
  void addSum(String name, List<TimeSeries> series) {
    int count = names.merge(name, 1, Integer::sum);
    curves.add(new Curve(count == 1 ? name : name + " (" + count + ")", List.copyOf(series)));
  }

  private static long total(TimeSeries series) {
    long total = 0;
    for (int i = 0; i < series.count(); i++) {
      total += series.value(i);
    }
    return total;
  }

  /** A chart of amounts per second that are parts of a whole, with others as lines over it. */
  Report.TimeChart stacked(String heading, Unit[] units, Curves over) {
    List<Curve> shown = largest();
    List<Curve> all = new ArrayList<>(shown);
    all.addAll(over.curves);
    Grid grid = new Grid(all, end);
    double[] sums = new double[grid.points];
    double highest = 0;
    List<double[]> values = new ArrayList<>();
    for (Curve curve : all) {
      double[] points = grid.perSecond(curve);
      values.add(points);
      boolean part = values.size() <= shown.size();
      for (int i = 0; i < points.length; i++) {
        sums[i] += part ? points[i] : 0;
        highest = Math.max(highest, Math.max(sums[i], points[i]));
      }
    }
    Unit unit = unit(units, highest);
    List<Report.Line> lines = grid.lines(all, values, unit);
    return new Report.TimeChart(
        heading,
        unit.name(),
        lines.subList(0, shown.size()),
        lines.subList(shown.size(), lines.size()));
  }

  /** A chart of the highest values. */
  Report.TimeChart levels(String heading, Unit[] units) {
    List<Curve> shown = largest();
    Grid grid = new Grid(shown, end);
    double highest = 0;
    List<double[]> values = new ArrayList<>();
    for (Curve curve : shown) {
      double[] points = grid.highest(curve);
      values.add(points);
      for (double point : points) {
        highest = Math.max(highest, point);
      }
    }
    Unit unit = unit(units, highest);
    return new Report.TimeChart(heading, unit.name(), List.of(), grid.lines(shown, values, unit));
  }

  /** The largest unit of which there is one or more. */
  private static Unit unit(Unit[] units, double highest) {
    Unit chosen = units[0];
    for (Unit unit : units) {
      if (highest * unit.factor() >= 1) {
        chosen = unit;
      }
    }
    return chosen;
  }

  private List<Curve> largest() {
    if (curves.size() <= MOST_CURVES) {
      return curves;
    }
    List<Curve> ranked = new ArrayList<>(curves);
    ranked.sort(Comparator.comparingLong(Curve::total).reversed());
    List<Curve> kept = ranked.subList(0, MOST_CURVES - 1);
    List<TimeSeries> rest = new ArrayList<>();
    ranked.subList(MOST_CURVES - 1, ranked.size()).forEach(one -> rest.addAll(one.series()));
    List<Curve> shown = new ArrayList<>(curves);
    shown.retainAll(kept);
    shown.add(new Curve((curves.size() - kept.size()) + " others", rest));
    return shown;
  }

  /** Points in time that all curves of a chart share. */
  private static final class Grid {
    private final long interval;
    private final int count;
    private final int group;
    private final int points;

    Grid(List<Curve> curves, long end) {
      // Each interval is a power of two times the shortest: the longest is made of whole others.
      long longest = curves.stream().mapToLong(Curve::interval).max().orElse(1);
      long last = Math.max(end, curves.stream().mapToLong(Curve::end).max().orElse(0));
      while (last / longest >= 2 * TimeSeries.CAPACITY) {
        longest *= 2;
      }
      interval = longest;
      count = Math.clamp(Math.ceilDiv(last, interval), 1, 2 * TimeSeries.CAPACITY);
      group = Math.ceilDiv(count, MOST_POINTS);
      points = Math.ceilDiv(count, group);
    }

    double[] perSecond(Curve curve) {
      double[] result = join(curve, Long::sum);
      for (int point = 0; point < points; point++) {
        double covered = Math.min(group, count - point * group) * (double) interval;
        result[point] *= SECOND / covered;
      }
      return result;
    }

    double[] highest(Curve curve) {
      return join(curve, Math::max);
    }

    private double[] join(Curve curve, LongBinaryOperator operator) {
      long[] joined = new long[points];
      for (TimeSeries series : curve.series()) {
        for (int i = 0; i < series.count(); i++) {
          int point = (int) Math.min(points - 1, i * series.interval() / interval / group);
          joined[point] = operator.applyAsLong(joined[point], series.value(i));
        }
      }
      return Arrays.stream(joined).asDoubleStream().toArray();
    }

    /** What is of an interval stands in its middle, and at both ends of the chart. */
    List<Report.Line> lines(List<Curve> curves, List<double[]> values, Unit unit) {
      double[] seconds = new double[points + 2];
      for (int point = 0; point < points; point++) {
        double until = Math.min(count, (point + 1) * group);
        seconds[point + 1] = (point * group + until) / 2 * interval / SECOND;
      }
      seconds[points + 1] = (double) count * interval / SECOND;
      List<Report.Line> lines = new ArrayList<>();
      for (int i = 0; i < curves.size(); i++) {
        double[] measured = values.get(i);
        double[] scaled = new double[points + 2];
        for (int point = 0; point < scaled.length; point++) {
          scaled[point] = measured[Math.clamp(point - 1, 0, points - 1)] * unit.factor();
        }
        lines.add(new Report.Line(curves.get(i).name(), seconds, scaled));
      }
      return lines;
    }
  }
}
