/**
 * Reports: a {@link dev.sluice.observe.report.Report} is a title and sections; {@link
 * dev.sluice.observe.report.HtmlPage} makes one page of it that needs nothing else, {@link
 * dev.sluice.observe.report.ChartFiles} a picture of each chart.
 *
 * <p>Files are written beside their target and moved there when they are whole.
 */
@NullMarked
package dev.sluice.observe.report;

import org.jspecify.annotations.NullMarked;
