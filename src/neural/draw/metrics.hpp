// Sizes of what is drawn.
#pragma once

#include "neural/draw/text_width.hpp"

namespace neural::draw {

inline constexpr Px kMargin = 28;
inline constexpr Px kCardHeight = 46;
inline constexpr Px kGapHeight = 26;
inline constexpr Px kNarrowestCard = 150;
inline constexpr Px kWidestCard = 330;
inline constexpr Px kCardPadding = 12;   ///< at both sides of the text
inline constexpr Px kBetweenTexts = 16;  ///< at least, on one line of a card
inline constexpr Px kArrow = 24;         ///< from a card to the next
inline constexpr Px kForkGap = 34;       ///< where lines part or join
inline constexpr Px kBetweenColumns = 28;
inline constexpr Px kNear = 40;  ///< axes that may be made one
inline constexpr Px kLane = 12;  ///< from a line beside cards to them
inline constexpr Px kFramePadding = 18;
inline constexpr Px kFrameHead = 44;
inline constexpr Px kBadgeHeight = 20;
inline constexpr Px kSumRadius = 9;
inline constexpr Px kTallest = 1700;  ///< of one column of the whole
inline constexpr Px kGutter = 64;     ///< between the parts of a broken column
inline constexpr Px kTitleSize = 18;
inline constexpr Px kBodySize = 13;
inline constexpr Px kSmallSize = 11;

}  // namespace neural::draw
