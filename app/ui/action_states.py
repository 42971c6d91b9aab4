"""Which actions can be used now and which are on, read from the workspace after every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.faces.classes import CLASSES
from app.faces.review import ReviewState
from app.faces.sample import Modality
from app.ui.mirror_commands import is_mirroring
from app.ui.seeing_commands import seeing_states

if TYPE_CHECKING:
    from app.ui.action_set import ActionSet
    from app.ui.workspace import Workspace


def conditions(workspace: Workspace) -> dict[str, bool]:
    """The named conditions of the action table that an open dataset answers; those not named do not hold."""
    document, session = workspace.document, workspace.session
    sample = session.sample
    if document is None:
        return {}
    browsing = workspace.browsing
    holding = {
        "dataset": True,
        "sample": sample is not None,
        "unsaved": bool(document.unsaved()),
        "found": bool(browsing.hits),
        "searching": bool(browsing.query.strip()),
        "indexing": browsing.indexing.is_running,
        "export_list": not workspace.exporting.list.is_empty,
    }
    if sample is None or not document.is_open(sample):
        return holding
    mask = document.mask(sample)
    may_paint = document.read_only(sample, Modality.MASK) is None
    return holding | {
        "overlay": mask is not None,
        "other_order": session.shown_order is not None,
        "mask": mask is not None and may_paint,
        "no_mask": mask is None and may_paint,
        "sketch": document.sketch(sample) is not None,
        "captions": workspace.captions.is_editable,
        "contradicted": workspace.captions.is_editable and bool(workspace.writing.held.lines),
        "no_captions": workspace.captions.can_be_written,
        "dismissed": bool(workspace.writing.dismissed.lines),
        "undo": (
            document.undo_label(sample) is not None or document.stroke is not None or workspace.area.photo.is_pending
        ),
        "redo": document.redo_label(sample) is not None,
        "pair": mask is not None and CLASSES[session.face_class].partner is not None,
    }


def show_states(workspace: Workspace, actions: ActionSet) -> None:
    """Check what is on, and say in the menu what undo and redo are about."""
    session, document = workspace.session, workspace.document
    sample = session.sample
    face_class = CLASSES[session.face_class]
    visible = bool(session.visible & face_class.bit) if face_class.bit else session.background_visible
    locked = bool(session.locked & face_class.bit) if face_class.bit else session.background_locked
    for action_id, checked in {
        f"tool.{session.tool}": True,
        f"brush.{session.brush_shape_name}": True,
        "class.swap_erase": session.erasing,
        "brush.mirror": is_mirroring(session),
        "class.lock": locked,
        "class.visible": visible,
        "view.solo": session.solo is not None,
        "view.overlay": session.overlay_on,
        "view.bare": session.bare,
        "mask.range": session.photo_range is not None,
        "view.palette": session.palette == "safe",
        "view.initials": session.looks.has_initials,
        "view.mask_alone": session.mask_alone,
        **seeing_states(session),
        "index.pause": workspace.browsing.indexing.is_paused,
        "view.facets": workspace.browsing.are_facets_shown,
        f"view.thumbnails.{workspace.browsing.view.kind.value}": True,
        "sample.export_list": workspace.browsing.marking.on_export_list(),
        **{f"review.{value.value}": value is workspace.browsing.marking.state() for value in ReviewState},
        **{f"view.panel.{name}": workspace.docks.is_seen(name) for name in workspace.docks.all()},
    }.items():
        actions.check(action_id, checked)
    undo = redo = None
    if document is not None and sample is not None and document.is_open(sample):
        undo, redo = document.undo_label(sample), document.redo_label(sample)
    tr = workspace.tr
    if workspace.area.photo.is_pending:
        undo = tr("last point or scribble")
    actions.say("edit.undo", tr("Undo: {label}").format(label=undo) if undo else tr("Undo"))
    actions.say("edit.redo", tr("Redo: {label}").format(label=redo) if redo else tr("Redo"))
