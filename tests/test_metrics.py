"""Metrics: what a scrape shows."""

from server.metrics import Metrics


def test_a_scrape_reads_the_counts_of_others_at_that_moment():
    metrics, counted = Metrics(), {("in", "ping"): 1}
    metrics.count("sanfang_frames", "Frames", ("direction", "type"), lambda: counted)
    counted["in", "ping"] = 3
    assert b'sanfang_frames_total{direction="in",type="ping"} 3.0' in metrics.render()


def test_a_gauge_without_labels_is_one_number():
    metrics = Metrics()
    metrics.gauge("sanfang_sockets", "Open sockets", (), lambda: {(): 7})
    assert b"\nsanfang_sockets 7.0\n" in metrics.render()


def test_commits_are_counted_by_size_and_time():
    metrics = Metrics()
    metrics.on_commit(3, 0.004)
    metrics.on_commit(700, 0.2)
    text = metrics.render().decode()
    assert "sanfang_commit_units_count 2.0" in text
    assert "sanfang_commit_units_sum 703.0" in text
    assert 'sanfang_commit_seconds_bucket{le="0.005"} 1.0' in text


def test_two_apps_in_one_process_do_not_share_metrics():
    one, other = Metrics(), Metrics()
    one.on_commit(1, 0.001)
    assert b"sanfang_commit_units_count 0.0" in other.render()
