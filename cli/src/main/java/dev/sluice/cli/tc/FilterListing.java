package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code tc filter show} and {@code tc filter get}.
 *
 * @param query which filters; with null nothing is shown, as in tc without a device
 * @param one the only one to get; null to show all
 */
record FilterListing(@Nullable FilterQuery query, @Nullable One one) implements Request.Show {
  /** One filter of the query. */
  record One(int handle, String kind) {}

  @Override
  public void print(Session session, Sheet sheet) {
    if (query != null && one != null) {
      TrafficControl control = session.datapath().trafficControl();
      FilterEntry entry =
          control.filter(
              query.device(),
              query.parent(),
              query.priority(),
              query.protocol(),
              query.chain(),
              one.handle(),
              one.kind());
      sheet.open();
      new FilterSheet(null, session, sheet).print(entry);
      sheet.close();
      return;
    }
    sheet.open();
    if (query != null) {
      Printer printer = new Printer(new FilterSheet(query, session, sheet), sheet);
      session.datapath().trafficControl().filters(query, printer);
    }
    sheet.close();
  }

  private static final class Printer implements Consumer<FilterEntry> {
    private final FilterSheet filters;
    private final Sheet sheet;

    Printer(FilterSheet filters, Sheet sheet) {
      this.filters = filters;
      this.sheet = sheet;
    }

    @Override
    public void accept(FilterEntry entry) {
      filters.print(entry);
      sheet.flushIfLong();
    }
  }
}
