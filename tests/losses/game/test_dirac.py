"""The Dirac-GAN against autograd of the losses, and its eigenvalues and paths against closed forms of the papers."""

import cmath
import math

import numpy as np
import pytest
import torch

from losses.game.course import COURSES, course
from losses.game.dirac import NOISES, WEIGHTS, DiracGan
from losses.game.games import GAMES
from losses.game.nullclines import _zeros, nullclines
from losses.game.play import play
from losses.game.rules import METHODS, STABILISERS, Rules
from losses.game.stability import critical_penalty, settling_penalties, stability

OUTPUTS = np.array([-40.0, -3.0, -0.7, 0.0, 0.2, 0.9, 2.5, 40.0])
PLACES = np.array([[1.0, 0.4], [-0.6, 1.3], [0.3, -2.0], [-2.0, -1.4], [0.0, 0.7]])
TURNING = {"minimax": 0.5, "non_saturating": 0.5, "least_squares": 0.5, "hinge": 1.0, "wasserstein": 1.0}
COMBINED = [
    (game, stabiliser) for game in GAMES for stabiliser in STABILISERS if stabiliser != "noise" or GAMES[game].smooth
]


def paid(rules, theta, psi):
    """What both pay at a place, by the project's own losses, as tensors that autograd follows."""
    game, strength = rules.played, rules.strength
    noisy = rules.stabiliser == "noise"
    noise = torch.from_numpy(NOISES * strength if noisy else np.zeros(1))
    weights = torch.from_numpy(WEIGHTS if noisy else np.ones(1))
    fake, real = (game.undecided + psi * (place + noise) for place in (theta, torch.zeros_like(theta)))
    generator, discriminator = game.generator(fake) @ weights, game.discriminator(fake, real) @ weights
    if rules.stabiliser in ("r1", "r2"):
        discriminator = discriminator + strength / 2 * psi**2
    if rules.stabiliser == "gradient_penalty":
        discriminator = discriminator + strength / 2 * (psi.abs() - 1) ** 2
    return generator, discriminator


def by_autograd(rules, place):
    """Minus the slope of each player's loss in its own parameter; with consensus, of half the squared slopes too."""
    theta, psi = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in place)
    generator, discriminator = paid(rules, theta, psi)
    consensus = rules.stabiliser == "consensus"
    (of_theta,) = torch.autograd.grad(generator, theta, create_graph=consensus, retain_graph=True)
    (of_psi,) = torch.autograd.grad(discriminator, psi, create_graph=consensus)
    if consensus:
        more = torch.autograd.grad((of_theta**2 + of_psi**2) / 2, (theta, psi), allow_unused=True)
        of_theta, of_psi = (
            slope if extra is None else slope + rules.strength * extra
            for slope, extra in zip((of_theta, of_psi), more, strict=True)
        )
    return [-of_theta.item(), -of_psi.item()]


@pytest.mark.parametrize("key", GAMES)
def test_slopes_and_curvatures_are_those_of_autograd(key):
    game = GAMES[key]
    for side, call in (
        (game.pull, game.generator),
        (game.fake, lambda z: game.discriminator(z, torch.zeros_like(z))),
        (game.real, lambda z: game.discriminator(torch.zeros_like(z), z)),
    ):
        z = torch.tensor(OUTPUTS, requires_grad=True)
        (slope,) = torch.autograd.grad(call(z).sum(), z, create_graph=True)
        curvature = torch.autograd.grad(slope.sum(), z)[0] if slope.requires_grad else torch.zeros_like(z)
        np.testing.assert_allclose(side.slope(OUTPUTS), slope.detach().numpy(), rtol=1e-13, atol=1e-300)
        np.testing.assert_allclose(side.curvature(OUTPUTS), curvature.numpy(), rtol=1e-10, atol=1e-18)


@pytest.mark.parametrize("key", GAMES)
def test_curves_are_the_losses_of_one_sample(key):
    game = GAMES[key]
    fake, real = (game.curve(side, OUTPUTS)[0] for side in ("fake", "real"))
    both = game.discriminator(OUTPUTS[:, None], OUTPUTS[None]).numpy()
    np.testing.assert_allclose(fake[:, None] + real[None], both, rtol=1e-12)
    np.testing.assert_allclose(game.curve("generator", OUTPUTS)[0], game.generator(OUTPUTS).numpy())
    least = 0.0 if key != "wasserstein" else -np.inf
    assert min(fake.min(), real.min()) >= least
    for side, slopes in (("generator", game.pull), ("fake", game.fake), ("real", game.real)):
        np.testing.assert_array_equal(game.curve(side, OUTPUTS)[1], slopes.slope(OUTPUTS))


@pytest.mark.parametrize("key", GAMES)
def test_the_undecided_output_costs_least_where_both_get_the_same(key):
    game = GAMES[key]
    around = game.undecided + np.linspace(-3, 3, 601)
    cost = game.discriminator(around, around).numpy()
    assert game.discriminator(game.undecided, game.undecided).item() <= cost.min()
    assert cost == pytest.approx(cost[::-1])


@pytest.mark.parametrize(("game", "stabiliser"), COMBINED)
def test_the_field_and_the_losses_are_those_of_the_losses_themselves(game, stabiliser):
    rules = Rules(game, stabiliser=stabiliser, strength=0.7)
    gan = DiracGan(rules)
    expected = [by_autograd(rules, place) for place in PLACES]
    np.testing.assert_allclose(gan.field(PLACES), expected, rtol=1e-11, atol=1e-13)
    costs = [[each.item() for each in paid(rules, *torch.tensor(place, dtype=torch.float64))] for place in PLACES]
    np.testing.assert_allclose(gan.losses(PLACES), costs, rtol=1e-13, atol=1e-15)
    alone = gan.generator(*PLACES.T), gan.discriminator(*PLACES.T)
    np.testing.assert_array_equal(np.stack(alone, -1), gan.field(PLACES))


@pytest.mark.parametrize(("game", "stabiliser"), COMBINED)
def test_the_jacobian_is_the_change_of_the_field(game, stabiliser):
    gan = DiracGan(Rules(game, stabiliser=stabiliser, strength=0.7))
    if stabiliser == "gradient_penalty":
        assert np.isnan(gan.jacobian()[1, 1])
        return
    h = 1e-5
    changes = [(gan.field(h * unit) - gan.field(-h * unit)) / (2 * h) for unit in np.eye(2)]
    np.testing.assert_allclose(gan.jacobian(), np.transpose(changes), atol=1e-8)


def pair(middle, square):
    """``middle`` plus and minus a root, as sorted complex numbers."""
    root = cmath.sqrt(square)
    return in_order([middle + root, middle - root])


def in_order(values):
    return sorted(values, key=lambda value: (round(value.real, 9), value.imag))


@pytest.mark.parametrize(("key", "turning"), TURNING.items())
def test_eigenvalues_are_those_of_the_papers(key, turning):
    """Mescheder, Geiger and Nowozin (2018), lemmas 2.2, 2.4, 2.5, 3.2 and 3.3, with f'(0) and f''(0) of each loss."""
    h, gamma, omega = 0.3, 0.7, turning
    flow = lambda **rules: in_order(stability(Rules(key, **rules)).flow)  # noqa: E731
    steps = lambda method, **rules: in_order(stability(Rules(key, method, h, **rules)).steps)  # noqa: E731
    assert stability(Rules(key)).turning == pytest.approx(omega)
    assert flow() == pytest.approx(pair(0, -(omega**2)))
    assert steps("simultaneous") == pytest.approx(pair(1, -((h * omega) ** 2)))
    alpha = h * omega
    assert steps("alternating") == pytest.approx(pair(1 - alpha**2 / 2, (1 - alpha**2 / 2) ** 2 - 1))
    for stabiliser in ("r1", "r2"):
        assert flow(stabiliser=stabiliser, strength=gamma) == pytest.approx(pair(-gamma / 2, gamma**2 / 4 - omega**2))
    bend = {"minimax": -0.25, "non_saturating": -0.25, "least_squares": -1.0, "wasserstein": 0.0}.get(key)
    if bend is not None:
        sigma = 0.8
        assert flow(stabiliser="noise", strength=sigma) == pytest.approx(
            pair(bend * sigma**2, (bend * sigma**2) ** 2 - omega**2), abs=1e-12
        )
    if key != "least_squares":  # there D's own curvature at the equilibrium is 0 too, but not its slope's
        assert flow(stabiliser="consensus", strength=gamma) == pytest.approx(
            pair(-gamma * omega**2, -(omega**2)), abs=1e-12
        )


@pytest.mark.parametrize(("key", "omega"), TURNING.items())
def test_steps_that_look_ahead_or_remember_have_the_roots_of_their_polynomials(key, omega):
    """Extragradient 1 + hλ + h²λ²; optimistic μ² = (1 + 2hλ) μ − hλ; heavy ball μ² = (1 + β + hλ) μ − β."""
    h, beta = 0.4, -0.3
    for unit in (1j, -1j):
        x = h * omega * unit
        found = stability(Rules(key, "extragradient", h)).steps
        assert np.abs(found - (1 + x + x**2)).min() < 1e-12
        for rules, roots in (
            (Rules(key, "optimistic", h), np.roots([1, -(1 + 2 * x), x])),
            (Rules(key, "simultaneous", h, momentum=beta), np.roots([1, -(1 + beta + x), beta])),
        ):
            found = stability(rules).steps
            assert [np.abs(found - root).min() for root in roots] == pytest.approx([0, 0], abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("momentum", [0.0, 0.5, -0.5])
@pytest.mark.parametrize("stabiliser", ["none", "r1", "noise", "consensus"])
def test_the_matrix_of_a_step_is_what_steps_do_near_the_equilibrium(method, momentum, stabiliser):
    if momentum and not METHODS[method].momentum:
        with pytest.raises(ValueError, match="no momentum"):
            Rules("minimax", method, momentum=momentum)
        return
    rules = Rules("minimax", method, 0.6, stabiliser, 0.9 if stabiliser != "none" else 0.0, momentum)
    path = play(rules, np.array([[1e-6, 2e-6]]), 30).positions[0]
    found = stability(rules)
    # A linear recurrence: every path satisfies the one whose polynomial has the eigenvalues as roots.
    coefficients = np.poly(found.steps).real
    part = path[4:]
    windows = np.lib.stride_tricks.sliding_window_view(part, len(coefficients), axis=0)
    scale = np.abs(windows).max(-1)
    assert (np.abs(windows @ coefficients[::-1]) <= 1e-6 * scale).all()


def test_critical_learning_rates():
    """Where the first eigenvalue crosses the unit circle."""
    assert stability(Rules("minimax", "simultaneous")).largest_step == 0
    assert stability(Rules("minimax", "alternating")).largest_step == pytest.approx(2 / 0.5)
    assert stability(Rules("wasserstein", "extragradient")).largest_step == pytest.approx(1)
    assert stability(Rules("wasserstein", "optimistic")).largest_step == pytest.approx(1 / math.sqrt(3))
    gamma, omega = 0.6, 0.5
    for method, bound in (
        ("simultaneous", gamma / omega**2),  # Mescheder, Nowozin and Geiger (2017), lemma 4: -2 Re λ / |λ|²
        ("alternating", (math.sqrt(gamma**2 + 4 * omega**2) - gamma) / omega**2),
    ):
        found = stability(Rules("minimax", method, 0.1, "r1", gamma)).largest_step
        assert found == pytest.approx(bound)
    assert math.isnan(stability(Rules("minimax", "optimistic", 0.1, "r1", gamma)).largest_step)
    assert math.isnan(stability(Rules("minimax", stabiliser="gradient_penalty", strength=1.0)).largest_step)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("stabiliser", "strength"), [("none", 0.0), ("r1", 0.6), ("r1", 3.0), ("consensus", 1.5)])
def test_the_eigenvalues_are_on_the_circle_at_the_critical_rate(method, stabiliser, strength):
    bound = stability(Rules("hinge", method, 0.1, stabiliser, strength)).largest_step
    if not (0 < bound < math.inf):
        return
    at = lambda h: stability(Rules("hinge", method, h, stabiliser, strength)).growth  # noqa: E731
    assert at(bound) == pytest.approx(1, abs=1e-7)
    assert at(0.98 * bound) <= 1 + 1e-9 < at(1.02 * bound)


def test_critical_penalties():
    """At γ = 2|f'(0)| the eigenvalues meet (lemma 3.3); simultaneous steps need γ > h f'(0)²."""
    rules = Rules("minimax", "simultaneous", 0.4, "r1", 1.0)
    assert critical_penalty(rules) == pytest.approx(1)
    assert stability(rules).flow == pytest.approx([-0.5, -0.5], abs=1e-9)
    least, _ = settling_penalties(rules)
    assert least == pytest.approx(0.4 * 0.25)
    assert stability(Rules("minimax", "simultaneous", 0.4, "r1", least)).verdict == "on"
    assert math.isnan(critical_penalty(Rules()))
    assert settling_penalties(Rules("minimax", "alternating", 0.4, "r1", 1.0, 0.5)) is None
    assert settling_penalties(Rules()) is None


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("h", [0.05, 0.3, 0.6, 0.62, 0.9, 1.0, 1.2, 1.45, 1.9, 2.5])
def test_the_penalties_that_settle_are_those_of_a_map_inside_the_unit_circle(method, h):
    inside = lambda gamma: stability(Rules("wasserstein", method, h, "r1", gamma)).growth < 1  # noqa: E731
    low, high = settling_penalties(Rules("wasserstein", method, h, "r1", 1.0))
    grid = np.arange(0.0005, 60 * h if h > 1 else 60 / h, 0.0073)
    grid = grid[:: max(1, len(grid) // 400)]
    settles = np.array([inside(gamma) for gamma in grid])
    assert settles.any() == (low < high)
    if not settles.any():
        return
    first, last = np.flatnonzero(settles)[[0, -1]]
    assert settles[first : last + 1].all(), "one stretch"

    def crossing(outside, within):
        for _ in range(60):
            middle = (outside + within) / 2
            outside, within = (outside, middle) if inside(middle) else (middle, within)
        return within

    assert high == pytest.approx(crossing(grid[last + 1], grid[last]), rel=1e-6)
    assert low == pytest.approx(crossing(grid[first - 1], grid[first]) if first else 0.0, rel=1e-6, abs=1e-6)


COURSE = [
    ("still", Rules("minimax", stabiliser="clipping"), (1.0, 0.0), 200),
    ("short", Rules(learning_rate=1e-3), (1.0, 0.0), 200),
    ("short", Rules(), (100.0, 100.0), 200),
    ("out", Rules("wasserstein", learning_rate=0.02), (1.0, 0.0), 400),
    ("out", Rules("wasserstein", learning_rate=0.01), (1.0, 0.0), 900),
    ("in", Rules("wasserstein", "extragradient", 0.01), (1.0, 0.0), 900),
    ("in", Rules("wasserstein", "extragradient", 0.2), (1.0, 0.0), 900),
    ("round", Rules("wasserstein", "alternating", 0.2), (1.0, 0.0), 900),
    ("round", Rules("wasserstein", "alternating", 1.9), (1.0, 0.0), 900),
    ("in", Rules("minimax", "simultaneous", 0.2, "r1", 3.0), (1.0, 0.0), 200),
    ("fro out", Rules("minimax", "simultaneous", 1.0, "r1", 2.5), (1.0, 0.0), 20),
    ("fro in", Rules("minimax", "simultaneous", 1.0, "r1", 2.08), (0.3, 0.3), 60),
]


@pytest.mark.parametrize(("told", "rules", "start", "steps"), COURSE, ids=str)
def test_what_becomes_of_a_game(told, rules, start, steps):
    found = play(rules, np.array([start]), steps).positions[0]
    assert told in COURSES
    assert course(found, stability(rules)) == told


def test_where_clipping_leaves_no_room_the_linear_map_is_no_answer():
    assert stability(Rules(stabiliser="clipping")).verdict == "unknown"
    assert stability(Rules(stabiliser="clipping", strength=0.1)).verdict == "outside"


def test_simultaneous_steps_go_out_and_alternating_ones_go_round():
    """Lemma 2.4: the norm grows at every step. The Wasserstein game is linear: all of it in closed form."""
    h, start = 0.3, np.array([[1.0, 0.2]])
    for key in ("minimax", "wasserstein"):
        assert (np.diff(play(Rules(key, learning_rate=h), start, 100).distances[0]) >= 0).all()
    out = play(Rules("wasserstein", learning_rate=h), start, 100).distances[0]
    assert out == pytest.approx(out[0] * (1 + h * h) ** (np.arange(101) / 2))
    theta, psi = play(Rules("wasserstein", "alternating", h), start, 5000).positions[0].T
    kept = theta**2 + psi**2 - h * theta * psi  # what alternating steps of a turning game keep
    assert kept == pytest.approx(np.full(5001, kept[0]))
    outside = stability(Rules("wasserstein", "alternating", 2.1))
    assert outside.verdict == "outside" and stability(Rules("wasserstein", "alternating", 1.9)).verdict == "on"


def test_a_non_saturating_generator_comes_in_from_afar_and_ends_on_a_ring():
    """Its flow has d(θ² + ψ²)/dt = −2 θψ tanh(θψ/2), at most 0; near the equilibrium that is less than a step adds."""
    far = play(Rules("non_saturating"), np.array([[2.0, 2.0], [0.05, 0.0]]), 20_000).distances
    assert far[0, -1] < far[0, 0] / 2 and far[1, -1] > 4 * far[1, 0]
    assert far[0, -1] == pytest.approx(far[1, -1], rel=0.1)


def test_a_penalty_pulls_it_in_and_the_one_to_1_does_not():
    start = np.array([[1.0, 0.5]])
    for method in METHODS:
        assert play(Rules("minimax", method, 0.2, "r1", 0.5), start, 2000).distances[0, -1] < 1e-9
        assert (
            play(Rules("wasserstein", method, 0.2, "gradient_penalty", 0.5), start, 2000).distances[0, 1000:].min()
            > 0.05
        )
        bounded = play(Rules("wasserstein", method, 0.2, "clipping", 0.3), start, 500).positions[0, 1:, 1]
        assert np.abs(bounded).max() <= 0.3


@pytest.mark.parametrize(("game", "stabiliser"), [pair for pair in COMBINED if pair[1] != "consensus"])
@pytest.mark.parametrize("method", METHODS)
def test_paths_equal_a_plain_loop_over_the_losses(game, stabiliser, method):
    rules = Rules(game, method, 0.3, stabiliser, 0.7, 0.5 if METHODS[method].momentum else 0.0)
    place, velocity, before = np.array([1.0, -0.6]), np.zeros(2), None
    expected = [place]
    for _ in range(6):
        slope = np.array(by_autograd(rules, place))
        if method == "optimistic":
            place = place + 0.3 * (2 * slope - (slope if before is None else before))
            before = slope
        elif method == "extragradient":
            ahead = within(rules, place + 0.3 * slope)
            place = place + 0.3 * np.array(by_autograd(rules, ahead))
        elif method == "simultaneous":
            velocity = 0.5 * velocity + slope
            place = place + 0.3 * velocity
        else:
            velocity[1] = 0.5 * velocity[1] + slope[1]
            place = within(rules, place + 0.3 * velocity * [0, 1])
            velocity[0] = 0.5 * velocity[0] + by_autograd(rules, place)[0]
            place = place + 0.3 * velocity * [1, 0]
        place = within(rules, place)
        expected.append(place)
    found = play(rules, np.array([[1.0, -0.6], [0.2, 0.1]]), 6)
    np.testing.assert_allclose(found.positions[0], expected, rtol=1e-12, atol=1e-12)
    alone = play(rules, np.array([[0.2, 0.1]]), 6).positions[0]
    np.testing.assert_allclose(found.positions[1], alone, rtol=1e-13, atol=1e-15)


def within(rules, place):
    if rules.stabiliser != "clipping":
        return place
    return np.array([place[0], np.clip(place[1], -rules.strength, rules.strength)])


def test_a_game_that_diverges_is_recorded_up_to_there():
    found = play(Rules("wasserstein", learning_rate=1e3), np.array([[1.0, 1.0], [0.0, 0.0]]), 300)
    gone, calm = found.diverged
    assert calm is None and np.isfinite(found.positions[1]).all()
    assert gone.reason.endswith("larger than a number can be")
    assert np.isfinite(found.positions[0, : gone.step]).all()
    for part in (found.positions, found.losses, found.pulls):
        assert np.isnan(part[0, gone.step :]).all()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"game": "chess"}, "there is no game"),
        ({"method": "newton"}, "there is no method"),
        ({"stabiliser": "prayer"}, "there is no stabiliser"),
        ({"learning_rate": -1.0}, "learning_rate"),
        ({"strength": math.nan}, "strength"),
        ({"momentum": 1.5}, "momentum"),
        ({"method": "optimistic", "momentum": 0.5}, "no momentum"),
        ({"game": "hinge", "stabiliser": "noise"}, "not exact"),
    ],
    ids=str,
)
def test_what_cannot_be_played_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Rules(**wrong)


@pytest.mark.parametrize("starts", [[1.0, 2.0], [[1.0]], [[math.nan, 0.0]]])
def test_starts_are_places(starts):
    with pytest.raises(ValueError, match="starts must be finite"):
        play(Rules(), np.array(starts), 1)
    with pytest.raises(ValueError, match="steps"):
        play(Rules(), np.zeros((1, 2)), -1)


def test_no_starts_are_no_games():
    assert play(Rules(), np.zeros((0, 2)), 3).positions.shape == (0, 4, 2)


@pytest.mark.parametrize(("game", "stabiliser"), COMBINED)
def test_on_a_nullcline_one_player_stands_still(game, stabiliser):
    gan = DiracGan(Rules(game, stabiliser=stabiliser, strength=0.7))
    for player, lines in enumerate(nullclines(gan, np.linspace(-2.5, 2.5, 60))):
        ends = lines[:, :2].reshape(-1, 2)
        assert len(ends) and np.isnan(lines[:, 2]).all()
        jumps = game == "hinge" or stabiliser == "gradient_penalty"  # there the field changes sign without being 0
        across = np.abs(
            [gan.field(ends + shift)[:, player] for shift in (0.0, *(0.05 * np.eye(2)), *(-0.05 * np.eye(2)))]
        )
        assert (across[0] <= 0.02 + 0.2 * across.max(0)).all() or jumps


def test_nullclines_of_least_squares_are_hyperbolas():
    """θ'= −ψ (ψθ − ½) and ψ' = −θ (ψθ + ½)."""
    generator, discriminator = nullclines(DiracGan(Rules("least_squares")), np.linspace(-2, 2, 200))
    for lines, axis, height in ((generator, 1, 0.5), (discriminator, 0, -0.5)):
        ends = lines[:, :2].reshape(-1, 2)
        off_axis = ends[np.abs(ends[:, axis]) > 0.02]
        assert np.abs(off_axis.prod(1) - height).max() < 1e-3
        assert len(off_axis) < len(ends)


def test_a_saddle_has_two_pieces():
    values = np.array([[1.0, -1.0], [-1.0, 2.0]])
    assert _zeros(np.array([0.0, 1.0]), values).shape == (2, 3, 2)
