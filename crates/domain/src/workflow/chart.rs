//! The flowchart of a process, as a plan on an integer grid: lanes, nodes and right-angled edges.
//!
//! Every step has a band of rows of its own: its box, a diamond where several events leave it, and one row per
//! event, in which that event's edge turns off and its label stands. So no two nodes and no two labels can meet.
//! The event that leads to the next step comes last and goes straight there. Other edges that lead on run down in
//! tracks to the right of the lanes, edges that lead back run up on the left.
//! Cancelling, possible everywhere, is left out.

use super::{CANCEL, Process, Role, Transition};
use crate::key::Key;
use crate::text::Text;

/// Width of a lane, in grid units.
pub const LANE_WIDTH: u32 = 12;
/// Width of a node, in grid units; it stands in the middle of its lane.
pub const NODE_WIDTH: u32 = 10;
/// Height of a node, in grid units.
pub const NODE_HEIGHT: u32 = 2;
/// Height of a row, in grid units.
pub const ROW_HEIGHT: u32 = 3;

/// Height of the lanes' headings above the first row, in grid units.
pub const HEADING_HEIGHT: u32 = 3;

/// A flowchart. All coordinates are grid units from the top left corner; one unit is about 10 CSS pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// The lanes, from left to right.
    pub lanes: Vec<Lane>,
    /// The nodes, from top to bottom.
    pub nodes: Vec<Node>,
    /// The short lines from a step's box down to its diamond.
    pub stems: Vec<[Point; 2]>,
    /// The edges, in the order of the process's moves.
    pub edges: Vec<Edge>,
}

/// A lane: what is done by one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The role.
    pub role: Role,
    /// Its left edge.
    pub left: u32,
    /// Its width.
    pub width: u32,
}

/// A node with the box it fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The step it belongs to.
    pub step: Key,
    /// What it stands for.
    pub shape: Shape,
    /// What is written in it; nothing in a branch.
    pub label: Option<Text>,
    /// Its left edge.
    pub left: u32,
    /// Its upper edge.
    pub top: u32,
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The step a case begins with.
    Start,
    /// A step.
    Step,
    /// A step in which the clock stands still.
    Pause,
    /// An end.
    End,
    /// Where one of several events leads on: a diamond.
    Branch,
}

/// A move, drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The step it leaves.
    pub from: Key,
    /// The event.
    pub event: Key,
    /// The step it leads to.
    pub to: Key,
    /// What people call the event.
    pub label: Text,
    /// Who may do it.
    pub roles: Vec<Role>,
    /// Its corners, at least two; the arrow is at the last one.
    pub points: Vec<Point>,
    /// Where its label begins: to the right of the line that comes down, above the one that turns off.
    pub label_at: Point,
}

/// A point of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
}

/// The flowchart of `process`; the same for the same process.
pub fn layout(process: &Process) -> Chart {
    let moves: Vec<&Transition> = process.transitions.iter().filter(|made| made.event != CANCEL).collect();
    let bands = bands(process, &moves);
    let roles = lane_roles(&bands);
    let tracks = tracks(&moves, &bands);
    let used = |is_left: bool| {
        let side = tracks.iter().flatten().filter(move |track| track.is_left == is_left);
        side.map(|track| track.index + 1).max().unwrap_or(0)
    };
    let (left_tracks, right_tracks) = (used(true), used(false));
    let frame = Frame { lanes_left: left_tracks * TRACK_WIDTH, lane_count: count(roles.len()), right_tracks };
    let lane_of = |role: Role| count(roles.iter().position(|lane| *lane == role).unwrap_or(0));
    let stems = bands.iter().filter(|band| band.has_branch()).map(|band| {
        let x = frame.middle(lane_of(band.role));
        [Point { x, y: top_of(band.row) + NODE_HEIGHT }, Point { x, y: top_of(band.row + 1) }]
    });
    let stems = stems.collect();
    let nodes = bands.iter().flat_map(|band| nodes_of(band, lane_of(band.role), &frame)).collect();
    let edges = moves.iter().zip(&tracks).map(|(made, track)| edge(made, *track, &bands, &frame, &lane_of)).collect();
    let lanes = roles.iter().enumerate().map(|(index, role)| Lane {
        role: *role,
        left: frame.lane_left(count(index)),
        width: LANE_WIDTH,
    });
    Chart {
        width: frame.right_track(right_tracks),
        height: top_of(bands.iter().map(|band| band.row + band.rows()).max().unwrap_or(0)),
        lanes: lanes.collect(),
        nodes,
        stems,
        edges,
    }
}

/// Distance between two tracks, in grid units.
const TRACK_WIDTH: u32 = 2;

/// A step with its rows: the box, the diamond if there is one, one row per event.
struct Band<'p> {
    step: &'p super::Step,
    role: Role,
    is_first: bool,
    row: u32,
    events: Vec<Key>,
    /// The event that goes straight down to the next step.
    straight: Option<Key>,
}

impl Band<'_> {
    fn has_branch(&self) -> bool {
        self.events.len() > 1
    }

    fn rows(&self) -> u32 {
        1 + u32::from(self.has_branch()) + count(self.events.len())
    }

    /// The row in which `event` turns off.
    fn event_row(&self, event: Key) -> u32 {
        let index = self.events.iter().position(|known| *known == event).unwrap_or(0);
        self.row + 1 + u32::from(self.has_branch()) + count(index)
    }
}

/// The upper edge of a row.
fn top_of(row: u32) -> u32 {
    HEADING_HEIGHT.saturating_add(row.saturating_mul(ROW_HEIGHT))
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn bands<'p>(process: &'p Process, moves: &[&Transition]) -> Vec<Band<'p>> {
    let drawn = |step: &&'p super::Step| moves.iter().any(|made| made.from == step.key || made.to == step.key);
    let steps: Vec<&super::Step> = process.steps.iter().filter(drawn).collect();
    let mut bands: Vec<Band<'p>> = Vec::new();
    let mut row = 0;
    for (index, step) in steps.iter().enumerate() {
        let mut leaving: Vec<&&Transition> = moves.iter().filter(|made| made.from == step.key).collect();
        let arriving = moves.iter().find(|made| made.to == step.key);
        let role = leaving.first().copied().or(arriving).and_then(|made| made.roles.first()).copied();
        let next = steps.get(index + 1).map(|next| next.key);
        // A stable sort: only the event that leads to the next step changes its place.
        leaving.sort_by_key(|made| Some(made.to) == next);
        let events: Vec<Key> = leaving.iter().map(|made| made.event).collect();
        let straight = leaving.last().filter(|made| Some(made.to) == next).map(|made| made.event);
        let band = Band { step, role: role.unwrap_or(Role::Owner), is_first: index == 0, row, events, straight };
        row += band.rows();
        bands.push(band);
    }
    bands
}

fn lane_roles(bands: &[Band<'_>]) -> Vec<Role> {
    let mut roles = Vec::new();
    for band in bands {
        if !roles.contains(&band.role) {
            roles.push(band.role);
        }
    }
    roles
}

/// Where the parts of the chart stand from left to right.
struct Frame {
    lanes_left: u32,
    lane_count: u32,
    right_tracks: u32,
}

impl Frame {
    fn lane_left(&self, lane: u32) -> u32 {
        self.lanes_left + lane * LANE_WIDTH
    }

    fn node_left(&self, lane: u32) -> u32 {
        self.lane_left(lane) + (LANE_WIDTH - NODE_WIDTH) / 2
    }

    fn middle(&self, lane: u32) -> u32 {
        self.lane_left(lane) + LANE_WIDTH / 2
    }

    /// The nearest track to the lanes has index 0.
    fn track(&self, track: Track) -> u32 {
        if track.is_left {
            self.lanes_left - (track.index + 1) * TRACK_WIDTH + 1
        } else {
            self.right_track(track.index) + 1
        }
    }

    fn right_track(&self, index: u32) -> u32 {
        self.lanes_left + self.lane_count * LANE_WIDTH + index.min(self.right_tracks) * TRACK_WIDTH
    }
}

/// The line in which an edge runs up or down.
#[derive(Clone, Copy)]
struct Track {
    is_left: bool,
    index: u32,
}

/// A track for every move: the nearest one in which it meets no other; none for those that go straight.
fn tracks(moves: &[&Transition], bands: &[Band<'_>]) -> Vec<Option<Track>> {
    let mut taken: Vec<(Track, u32, u32)> = Vec::new();
    let mut tracks = Vec::new();
    for made in moves {
        let from = band_of(bands, made.from);
        if from.is_some_and(|band| band.straight == Some(made.event)) {
            tracks.push(None);
            continue;
        }
        let start = from.map_or(0, |band| band.event_row(made.event));
        let end = band_of(bands, made.to).map_or(0, |band| band.row);
        let (upper, lower) = (start.min(end), start.max(end));
        let is_left = end < start;
        let is_free = |index: u32| {
            let meets = |(track, from, to): &(Track, u32, u32)| {
                track.is_left == is_left && track.index == index && *from <= lower && upper <= *to
            };
            !taken.iter().any(meets)
        };
        let index = (0..).find(|index| is_free(*index)).unwrap_or(u32::MAX);
        let track = Track { is_left, index };
        taken.push((track, upper, lower));
        tracks.push(Some(track));
    }
    tracks
}

fn band_of<'a, 'p>(bands: &'a [Band<'p>], step: Key) -> Option<&'a Band<'p>> {
    bands.iter().find(|band| band.step.key == step)
}

fn nodes_of(band: &Band<'_>, lane: u32, frame: &Frame) -> Vec<Node> {
    let shape = match band.step {
        step if step.is_terminal => Shape::End,
        _ if band.is_first => Shape::Start,
        step if step.is_paused => Shape::Pause,
        _ => Shape::Step,
    };
    let node = |shape, label, row: u32, left, width| Node {
        step: band.step.key,
        shape,
        label,
        left,
        top: top_of(row),
        width,
        height: NODE_HEIGHT,
    };
    let mut nodes = vec![node(shape, Some(band.step.label.clone()), band.row, frame.node_left(lane), NODE_WIDTH)];
    if band.has_branch() {
        nodes.push(node(Shape::Branch, None, band.row + 1, frame.middle(lane) - 2, 4));
    }
    nodes
}

fn edge(
    made: &Transition,
    track: Option<Track>,
    bands: &[Band<'_>],
    frame: &Frame,
    lane_of: &impl Fn(Role) -> u32,
) -> Edge {
    let from = band_of(bands, made.from);
    let to = band_of(bands, made.to);
    let from_lane = from.map_or(0, |band| lane_of(band.role));
    let to_lane = to.map_or(0, |band| lane_of(band.role));
    let source_row = from.map_or(0, |band| band.row + u32::from(band.has_branch()));
    let target_top = top_of(to.map_or(0, |band| band.row));
    let turn = top_of(from.map_or(0, |band| band.event_row(made.event))) + NODE_HEIGHT / 2;
    let start = Point { x: frame.middle(from_lane), y: top_of(source_row) + NODE_HEIGHT };
    let route = match track {
        None => {
            let x = frame.middle(to_lane);
            vec![start, Point { x: start.x, y: turn }, Point { x, y: turn }, Point { x, y: target_top }]
        }
        Some(track) => {
            let x = frame.track(track);
            let y = target_top + NODE_HEIGHT / 2;
            let end = frame.node_left(to_lane) + if track.is_left { 0 } else { NODE_WIDTH };
            vec![start, Point { x: start.x, y: turn }, Point { x, y: turn }, Point { x, y }, Point { x: end, y }]
        }
    };
    Edge {
        from: made.from,
        event: made.event,
        to: made.to,
        label: made.label.clone(),
        roles: made.roles.clone(),
        points: corners(route),
        label_at: Point { x: start.x + 1, y: turn },
    }
}

/// The points at which a route begins, turns and ends.
fn corners(route: Vec<Point>) -> Vec<Point> {
    let mut corners: Vec<Point> = Vec::new();
    for point in route {
        if let [.., before, last] = corners.as_slice() {
            let goes_on = (before.x == last.x && last.x == point.x) || (before.y == last.y && last.y == point.y);
            if goes_on {
                corners.pop();
            }
        }
        if corners.last() != Some(&point) {
            corners.push(point);
        }
    }
    corners
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::playbook::Playbook;

    /// The charts of the playbook's processes and of many that nobody wrote.
    fn charts() -> Vec<Chart> {
        let mut runner = TestRunner::deterministic();
        let random = (0..60).map(|_| random_process().new_tree(&mut runner).unwrap().current());
        let written = Playbook::built_in().processes.iter().cloned();
        written.chain(random).map(|process| layout(&process)).collect()
    }

    fn random_process() -> impl Strategy<Value = Process> {
        let moves = prop::collection::btree_map((0..7usize, 0..4usize), (0..9usize, 0..3usize), 1..24);
        moves.prop_map(|moves| {
            let text = || Text { zh: "某".into(), en: "Some".into() };
            let step = |index: usize| Key::new(&format!("step_{index}")).unwrap();
            let roles = [Role::Owner, Role::App, Role::Supervisor];
            let transition = |((from, event), (to, role)): ((usize, usize), (usize, usize))| Transition {
                from: step(from),
                event: Key::new(&format!("event_{event}")).unwrap(),
                label: text(),
                to: step(to),
                roles: vec![roles[role]],
                due: Vec::new(),
                is_optional: false,
                guards: Vec::new(),
                files: None,
                completes: None,
                asks: None,
                approves: None,
                self_approval: None,
                sets: Vec::new(),
                sets_customer: Vec::new(),
                sets_of: Vec::new(),
                starts: Vec::new(),
            };
            let steps = (0..9).map(|index| super::super::Step {
                key: step(index),
                label: text(),
                is_terminal: index > 6,
                is_paused: false,
            });
            Process {
                id: "W-0.0".into(),
                title: text(),
                fields: Vec::new(),
                begin: None,
                steps: steps.collect(),
                transitions: moves.into_iter().map(transition).collect(),
                subject: None,
                watches: Vec::new(),
                calls: None,
            }
        })
    }

    fn overlap(a: &Node, b: &Node) -> bool {
        a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height
    }

    /// Whether the line between two points passes through the inside of a node.
    fn crosses(from: Point, to: Point, node: &Node) -> bool {
        let inside = |low: u32, high: u32, start: u32, length: u32| low < start + length && start < high;
        let (left, right) = (from.x.min(to.x), from.x.max(to.x));
        let (top, bottom) = (from.y.min(to.y), from.y.max(to.y));
        let is_across = left == right && node.left < left && left < node.left + node.width;
        let is_along = top == bottom && node.top < top && top < node.top + node.height;
        (is_across && inside(top, bottom, node.top, node.height))
            || (is_along && inside(left, right, node.left, node.width))
    }

    #[test]
    fn no_two_nodes_overlap_and_all_lie_in_their_lane() {
        for chart in charts() {
            for (index, node) in chart.nodes.iter().enumerate() {
                assert!(chart.nodes.iter().skip(index + 1).all(|other| !overlap(node, other)), "{node:?}");
                assert!(
                    chart
                        .lanes
                        .iter()
                        .any(|lane| { lane.left < node.left && node.left + node.width < lane.left + lane.width })
                );
                assert!(node.top + node.height <= chart.height);
            }
        }
    }

    #[test]
    fn edges_are_right_angled_and_pass_through_no_node() {
        for chart in charts() {
            for edge in &chart.edges {
                assert!(edge.points.len() >= 2);
                for pair in edge.points.windows(2) {
                    let [from, to] = pair else { panic!() };
                    assert!((from.x == to.x) != (from.y == to.y), "{edge:?}");
                    assert!(from.x < chart.width && from.y < chart.height);
                    assert!(chart.nodes.iter().all(|node| !crosses(*from, *to, node)), "{edge:?}");
                }
            }
        }
    }

    #[test]
    fn edges_begin_and_end_at_the_nodes_they_join() {
        let touches = |point: Point, node: &Node| {
            (node.left..=node.left + node.width).contains(&point.x)
                && (node.top..=node.top + node.height).contains(&point.y)
        };
        for chart in charts() {
            for edge in &chart.edges {
                let start = *edge.points.first().unwrap();
                let end = *edge.points.last().unwrap();
                assert!(chart.nodes.iter().any(|node| node.step == edge.from && touches(start, node)), "{edge:?}");
                let is_box = |node: &&Node| node.step == edge.to && node.shape != Shape::Branch;
                assert!(chart.nodes.iter().filter(is_box).any(|node| touches(end, node)), "{edge:?}");
            }
        }
    }

    #[test]
    fn lines_that_run_up_or_down_in_tracks_never_share_one() {
        for chart in charts() {
            let trunk = |x: u32| chart.lanes.iter().any(|lane| x == lane.left + lane.width / 2);
            let mut runs = Vec::new();
            for edge in &chart.edges {
                let lines = edge.points.windows(2).filter(|pair| pair[0].x == pair[1].x && !trunk(pair[0].x));
                runs.extend(lines.map(|pair| (pair[0].x, pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y))));
            }
            for (index, (x, top, bottom)) in runs.iter().enumerate() {
                let others = runs.iter().skip(index + 1);
                assert!(others.filter(|run| run.0 == *x).all(|run| run.2 < *top || *bottom < run.1));
            }
        }
    }

    #[test]
    fn no_two_labels_share_a_row() {
        for chart in charts() {
            let mut rows: Vec<u32> = chart.edges.iter().map(|edge| edge.label_at.y).collect();
            rows.sort_unstable();
            rows.dedup();
            assert_eq!(rows.len(), chart.edges.len());
        }
    }

    #[test]
    fn the_same_process_gives_the_same_chart_and_a_branch_where_events_part() {
        let process = Playbook::built_in().process("W-4.1").unwrap();
        let chart = layout(process);
        assert_eq!(chart, layout(process));
        let branches: Vec<&str> =
            chart.nodes.iter().filter(|node| node.shape == Shape::Branch).map(|node| node.step.as_str()).collect();
        assert_eq!(branches, ["scored", "submitted"]);
        assert_eq!(chart.stems.len(), branches.len());
    }
}
