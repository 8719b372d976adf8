import { createI18n } from 'vue-i18n'
import zh, { type Catalogue } from './zh'

/** Chinese first; English is loaded when it is asked for. */
export type Language = 'zh' | 'en'

const REMEMBERED = 'hongxian.language'
const htmlLang: Record<Language, string> = { zh: 'zh-CN', en: 'en' }

export function createCatalogues() {
  return createI18n<[Catalogue], Language, false>({
    legacy: false,
    locale: 'zh',
    fallbackLocale: 'zh',
    messages: { zh } as Record<Language, Catalogue>,
  })
}

type Catalogues = ReturnType<typeof createCatalogues>

/** Speaks a language from now on, and at the next visit. */
export async function speak({ global }: Pick<Catalogues, 'global'>, language: Language): Promise<void> {
  if (language === 'en' && !global.availableLocales.includes('en')) {
    global.setLocaleMessage('en', (await import('./en')).default)
  }
  global.locale.value = language
  document.documentElement.lang = htmlLang[language]
  remember(language)
}

/** The language of the last visit. */
export function remembered(): Language {
  try {
    return localStorage.getItem(REMEMBERED) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh' // storage may be forbidden
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED, language)
  } catch {
    // storage may be forbidden: the choice holds for this visit
  }
}
